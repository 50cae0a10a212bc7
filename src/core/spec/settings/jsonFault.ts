import { printParseErrorCode, type ParseErrorCode } from 'jsonc-parser';

/** A stretch of a text, in UTF-16 code units. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** What is wrong with a text as JSON, in words for a person, and what to do. */
export interface FaultWords {
  readonly message: string;
  readonly fix: string;
}

/** Puts an error of the JSON parser into words. */
export function describeFault(error: ParseErrorCode, { range, text }: { range: TextRange; text: string }): FaultWords {
  const after = text.slice(range.offset + range.length);
  const found = text.slice(range.offset, range.offset + range.length);
  switch (printParseErrorCode(error)) {
    case 'InvalidSymbol':
      return describeSymbol(found, after);
    case 'PropertyNameExpected':
      return {
        message: `A key is expected here, found \`${found}\`.`,
        fix: found === ',' ? 'Remove the comma.' : 'Write the key in double quotes.',
      };
    case 'ValueExpected':
      return found === ''
        ? { message: 'The file ends where a value is expected.', fix: 'Write an experiment: `{ … }`.' }
        : { message: `A value is expected here, found \`${found}\`.`, fix: 'Write the value before it.' };
    case 'ColonExpected':
      return {
        message: 'A colon is missing between a key and its value.',
        fix: `Write \`:\` before \`${found}\`.`,
      };
    case 'CommaExpected':
      if (found === '}') return { message: 'A `[` is not closed before this `}`.', fix: 'Add the missing `]`.' };
      if (found === ']') return { message: 'A `{` is not closed before this `]`.', fix: 'Add the missing `}`.' };
      return { message: 'A comma is missing.', fix: `Write \`,\` before \`${found}\`.` };
    case 'CloseBraceExpected':
      return { message: 'A `{` is never closed.', fix: 'Add the missing `}`.' };
    case 'CloseBracketExpected':
      return { message: 'A `[` is never closed.', fix: 'Add the missing `]`.' };
    case 'EndOfFileExpected':
      return { message: `The experiment ended before \`${found}\`.`, fix: 'Remove what follows its last `}`.' };
    case 'UnexpectedEndOfComment':
      return { message: 'A comment is never closed.', fix: 'Add the missing `*/`.' };
    case 'UnexpectedEndOfString':
      return { message: 'A text is not closed on its line.', fix: 'Add the missing `"`.' };
    case 'UnexpectedEndOfNumber':
      return { message: `The number \`${found}\` is not finished.`, fix: 'Write it like 20, 0.5 or 1e-3.' };
    case 'InvalidUnicode':
    case 'InvalidEscapeCharacter':
      return {
        message: 'A `\\` in this text is not followed by a known letter.',
        fix: 'Write `\\\\` for a backslash.',
      };
    case 'InvalidCharacter':
      return {
        message: 'This text holds a control character, such as a tab.',
        fix: 'Write `\\t` for a tab, or remove it.',
      };
    default:
      return { message: 'This is not JSON.', fix: 'Check the line.' };
  }
}

function describeSymbol(found: string, after: string): FaultWords {
  const bare = found.replace(/^['"]|['"]$/g, '');
  const literal = ['true', 'false', 'null'].find((each) => each === bare.toLowerCase());
  const message = `\`${found}\` is not JSON.`;
  if (/^[.+]?[\d.]/.test(found)) return { message, fix: 'A number begins with a digit: 0.5.' };
  if (literal !== undefined) return { message, fix: `Write \`${literal}\`.` };
  if (!/^[\w-]+$/.test(bare)) return { message, fix: 'Remove it.' };
  const what = /^\s*:/.test(after) ? 'Keys' : 'Texts';
  return { message, fix: `${what} stand in double quotes: \`"${bare}"\`.` };
}
