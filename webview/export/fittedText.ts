import type { Theme } from '../theme.js';

/** Says how wide texts are, in CSS pixels, in letters of a size. */
export function textMeasure(size: number, { fontFamily }: Pick<Theme, 'fontFamily'>): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return () => 0;
  context.font = `${size}px ${fontFamily}`;
  return (text) => context.measureText(text).width;
}

/** As much of a text as has room, with `…` where some is left out. */
export function fitted(text: string, room: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= room) return text;
  let end = text.length - 1;
  while (end > 1 && widthOf(`${text.slice(0, end)}…`) > room) end--;
  return `${text.slice(0, end).toWellFormed()}…`;
}
