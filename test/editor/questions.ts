import * as vscode from 'vscode';

/** What the editor was about to ask a person. */
export interface Question {
  readonly message: string;
  readonly detail: string;
  readonly isModal: boolean;
  /** Buttons of a message, labels of a list. */
  readonly choices: readonly string[];
}

type Asking = 'showWarningMessage' | 'showErrorMessage' | 'showQuickPick';

/**
 * Takes the place of a person: the editor shows no dialogs while it is tested. Each question gets the next answer,
 * questions beyond the last are dismissed.
 * @param answers the text of a button or of a list's line; null dismisses
 * @param work is given what was asked so far, for when it ends before it is told of something
 * @returns what was asked meanwhile, in order
 */
export async function answering(
  asking: Asking,
  answers: readonly (string | null)[],
  work: (questions: readonly Question[]) => Thenable<unknown>,
): Promise<Question[]> {
  const questions: Question[] = [];
  const original: unknown = Reflect.get(vscode.window, asking);
  const ask = (first: unknown, ...rest: readonly unknown[]): unknown => {
    const question = asking === 'showQuickPick' ? listOf(first, rest) : messageOf(first, rest);
    const answer = answers[questions.push(question.asked) - 1] ?? null;
    return answer === null ? undefined : question.take(answer);
  };
  Reflect.set(vscode.window, asking, (...all: readonly unknown[]) =>
    Promise.resolve(all).then(([first, ...rest]) => ask(first, ...rest)),
  );
  try {
    await work(questions);
  } finally {
    Reflect.set(vscode.window, asking, original);
  }
  return questions;
}

interface Asked {
  readonly asked: Question;
  /** @throws Error where there is no such choice */
  readonly take: (answer: string) => unknown;
}

function messageOf(message: unknown, rest: readonly unknown[]): Asked {
  const { modal = false, detail = '' } = (rest.find(isObject) ?? {}) as vscode.MessageOptions;
  const choices = rest.filter((part) => typeof part === 'string');
  const asked = { message: String(message), detail, isModal: modal, choices };
  return { asked, take: (answer) => chosen(choices, answer, (choice) => choice) };
}

function listOf(items: unknown, [options]: readonly unknown[]): Asked {
  const all = items as readonly vscode.QuickPickItem[];
  const { title = '', canPickMany = false } = (options ?? {}) as vscode.QuickPickOptions;
  const words = ({ label, detail = '' }: vscode.QuickPickItem): string => `${label} ${detail}`.trim();
  const asked = { message: title, detail: '', isModal: false, choices: all.map(words) };
  return {
    asked,
    take: (answer) => {
      const item = chosen(all, answer, words);
      return canPickMany ? [item] : item;
    },
  };
}

function chosen<T>(choices: readonly T[], answer: string, words: (choice: T) => string): T {
  const found = choices.find((choice) => words(choice).includes(answer));
  if (found === undefined) throw new Error(`“${answer}” is not offered, but ${choices.map(words).join(', ')}.`);
  return found;
}

function isObject(part: unknown): part is object {
  return typeof part === 'object' && part !== null;
}
