import { options } from 'preact';
import { isJsonObject } from '../src/core/json.js';
import { linesText } from '../src/core/foreignText.js';

/** Attributes whose text is shown, or read out. */
const shownAttributes = ['title', 'aria-label', 'aria-description', 'alt', 'placeholder'] as const;

/**
 * From now on every text of the page is shown and nothing else: names of runs and classes come from whoever made them,
 * and some of their characters would turn a text round or not be seen. One place for all, so that none is forgotten.
 */
export function showTextsOnly(): void {
  const before = options.vnode?.bind(options);
  options.vnode = (node) => {
    const props: unknown = node.props;
    // Of a text Preact makes a node with the text itself for its properties.
    if (typeof props === 'string') Object.assign(node, { props: linesText(props) });
    else if (typeof node.type === 'string' && isJsonObject(props)) {
      for (const name of shownAttributes) {
        const text = props[name];
        if (typeof text === 'string') Reflect.set(props, name, linesText(text));
      }
    }
    before?.(node);
  };
}

/** Writes a text on a canvas: the only way to, for the same reason. */
export function drawText(
  context: Pick<CanvasRenderingContext2D, 'fillText'>,
  text: string,
  { x, y }: { readonly x: number; readonly y: number },
): void {
  context.fillText(linesText(text), x, y);
}
