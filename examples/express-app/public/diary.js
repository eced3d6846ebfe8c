const rowferryUrl = document.body.dataset.rowferryUrl;
const importForm = document.querySelector('#import');
const importNews = document.querySelector('#import-news');
const notices = document.querySelector('#notices');

// A token is good for five minutes; another is fetched when rowferry refuses it.
let token = '';
async function getToken({ refused }) {
  if (refused || token === '') {
    const response = await fetch('/export-token', { method: 'POST' });
    token = response.ok ? await response.text() : '';
  }
  return token;
}

document.querySelector('rowferry-export-button').token = getToken;

// The file goes straight to rowferry, which reads it when it has arrived.
importForm.addEventListener('submit', async (event) => {
  event.preventDefault();
  importNews.textContent = 'Bringing it in …';
  const form = new FormData();
  form.append('import', JSON.stringify({ dataset: 'diary' }));
  form.append('file', importForm.elements.file.files[0]);
  try {
    let state = await askRowferry('/v1/imports', { method: 'POST', body: form });
    while (/queued|running/.test(state.status)) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      state = await askRowferry(state.links.self);
    }
    const { error, report } = state;
    const [invalid] = report?.invalidRows ?? [];
    if (error !== null) throw new Error(error.message);
    if (invalid !== undefined) throw new Error(`Line ${invalid.line}: ${invalid.reason}.`);
    location.reload();
  } catch (error) {
    importNews.textContent = `Nothing was imported. ${error.message}`;
  }
});

async function askRowferry(path, request) {
  const send = async (refused) => {
    const headers = { Authorization: `Bearer ${await getToken({ refused })}` };
    return fetch(rowferryUrl + path, { ...request, headers });
  };
  let response = await send(false);
  if (response.status === 401) response = await send(true);
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail);
  return body;
}

// What the webhook has brought, as soon as it is there.
new EventSource('/notices').addEventListener('message', ({ data }) => {
  const items = JSON.parse(data).map(({ exportId, text }) => {
    const link = document.createElement('a');
    link.href = `/exports/${exportId}`;
    link.textContent = 'Download';
    const item = document.createElement('li');
    item.append(text, ' ', link);
    return item;
  });
  notices.replaceChildren(...items);
});
