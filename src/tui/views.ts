import type { Views } from '../cli/views.ts';
import type { Streams } from './terminal.tsx';
import { uiView } from './ui-view.tsx';
import { watchView } from './watch-view.tsx';

/** The views on a terminal. */
export const viewsOn = (streams: Streams): Views => ({
  watch: (task, options) => watchView(task, options, streams),
  ui: (options) => uiView(options, streams),
});
