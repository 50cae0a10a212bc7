/**
 * Whether brackets of a JSON text are inside each other more often than that. Found without parsing it, for parsers that
 * call themselves end with their stack, and others fill the memory.
 */
export function isDeeper(text: string, most: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        inText = !inText;
        break;
      case 0x5c:
        // Of what is escaped the first sign is enough: no other could end the text.
        if (inText) at++;
        break;
      case 0x5b:
      case 0x7b:
        if (!inText && ++depth > most) return true;
        break;
      case 0x5d:
      case 0x7d:
        if (!inText) depth--;
        break;
    }
  }
  return false;
}
