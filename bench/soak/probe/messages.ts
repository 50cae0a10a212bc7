import * as z from 'zod';

/** Names the socket that the probe listens on, in the environment of the extension host. */
export const socketVariable = 'DISTILLERY_SOAK_SOCKET';

/** Shows a run.json as a panel with nothing in it: what the editor itself keeps of each panel shows there. */
export const emptyView = 'soak.empty';

/** What the probe is asked for, as the body of a request. */
export const askedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('held') }),
  z.object({ kind: z.literal('command'), command: z.string(), args: z.array(z.unknown()) }),
  /** Opens a file as an editor of a kind. */
  z.object({ kind: z.literal('open'), file: z.string(), view: z.string() }),
  /** For whoever looks for what grows: a heap snapshot, to be opened with Chromium's developer tools. */
  z.object({ kind: z.literal('snapshot'), file: z.string() }),
]);
export type Asked = z.output<typeof askedSchema>;

/** What the extension host holds after its garbage was collected. */
export const heldSchema = z.object({
  /** Bytes of JavaScript's heap. */
  heap: z.number(),
  /** Bytes of buffers beside it. */
  buffers: z.number(),
  /** Timers that keep the process alive. */
  timers: z.number(),
  /** Everything that does: timers, watchers, sockets, processes, requests. */
  resources: z.number(),
});
export type Held = z.output<typeof heldSchema>;
