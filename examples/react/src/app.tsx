import { use, useState } from 'react';
import type { ExportButtonState } from 'rowferry/export-button/react';
import 'rowferry/export-button/react';
import { getToken } from './get-token.ts';

const signedIn = getToken().then((token) => token !== '');

export function App() {
  return use(signedIn) ? <Diary /> : <SignIn />;
}

function Diary() {
  const [state, setState] = useState<ExportButtonState>('idle');
  return (
    <main>
      <h1>Film diary</h1>
      <rowferry-export-button
        dataset="diary"
        format="json"
        strings={{ label: 'Take my diary home' }}
        token={getToken}
        no-email
        onrowferry-state={(event) => setState(event.detail.state)}
      />
      <p>The export is {state}.</p>
    </main>
  );
}

/** The one of ../express-app, which comes back here. */
function SignIn() {
  return (
    <form method="post" action="/sign-in">
      <button name="user" value="1001">
        Ada
      </button>
      <button name="user" value="1002">
        Ben
      </button>
    </form>
  );
}
