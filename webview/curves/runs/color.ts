type Channels = readonly [red: number, green: number, blue: number];

/** A CSS colour as numbers of 0 to 255, for the forms in which VS Code hands out its colours; null for others. */
export function parseColor(css: string): Channels | null {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(css.trim())?.[1];
  if (hex !== undefined && hex.length !== 5 && hex.length !== 7) {
    const digits = hex.length < 6 ? hex.replaceAll(/./g, '$&$&') : hex;
    const at = (place: number): number => Number.parseInt(digits.slice(2 * place, 2 * place + 2), 16);
    return [at(0), at(1), at(2)];
  }
  const [, red, green, blue] = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/i.exec(css.trim()) ?? [];
  return red === undefined || green === undefined || blue === undefined
    ? null
    : [Number(red), Number(green), Number(blue)];
}

/** `share` of one colour in another. Colours that cannot be read are left as they are. */
export function mixed(color: string, other: string, share: number): string {
  const from = parseColor(color);
  const to = parseColor(other);
  if (from === null || to === null) return color;
  const channel = (place: 0 | 1 | 2): string =>
    Math.round(from[place] * (1 - share) + to[place] * share)
      .toString(16)
      .padStart(2, '0');
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}
