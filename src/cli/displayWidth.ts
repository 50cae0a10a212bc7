const marks = /[\p{Mn}\p{Me}\p{Cf}]/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Columns that a text without control characters takes on a terminal: two for an East Asian sign, none for an accent. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const sign of text) width += marks.test(sign) ? 0 : wide.test(sign) ? 2 : 1;
  return width;
}

/** The text filled up with spaces to a width; a longer one is left as it is. */
export function padded(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'left' ? text + space : space + text;
}

/** The start of a text that fits into a width, with `…` where something was cut off. */
export function shortened(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let start = '';
  for (const sign of text) {
    if (displayWidth(start + sign) > width - 1) break;
    start += sign;
  }
  return width < 1 ? '' : `${start}…`;
}
