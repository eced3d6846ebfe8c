import { html } from 'lit/html.js';

/** The mark beside the name. */
export const brand = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
  <path d="M3 15.5h18l-2.5 4H5.5zM6 12.5h12M8 9.5h8M10 6.5h4" />
</svg>`;
