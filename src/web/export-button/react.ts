/** The package's entry `rowferry/export-button/react`: the button, and its element in the JSX of React 19. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { Content } from './api.ts';
import type { ExportButtonEvents, RowferryExportButton } from './export-button.ts';

export * from './export-button.ts';

type Handlers = {
  [Name in keyof ExportButtonEvents as `on${Name}`]?: (event: ExportButtonEvents[Name]) => void;
};

/** What docs/export-button.md lists, as props, and those of every element. */
export interface ExportButtonProps
  extends
    Handlers,
    Partial<Pick<RowferryExportButton, 'token' | 'params' | 'strings'>>,
    DetailedHTMLProps<HTMLAttributes<RowferryExportButton>, RowferryExportButton> {
  dataset: string;
  format?: Content['format'];
  endpoint?: string;
  email?: string;
  'no-email'?: boolean;
  'auto-download-seconds'?: number;
}

declare module 'react' {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- merged into that of React
  namespace JSX {
    interface IntrinsicElements {
      'rowferry-export-button': ExportButtonProps;
    }
  }
}
