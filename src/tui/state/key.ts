import type { Key as InkKey } from 'ink';

export type KeyName =
  | 'up'
  | 'down'
  | 'pageup'
  | 'pagedown'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'backspace'
  /** Ctrl-C: in raw mode it is a key like any other. */
  | 'quit';

/** A key that has a name, or a character that was typed. */
export type Key = { name: KeyName } | { char: string };

type Flags = Pick<
  InkKey,
  | 'upArrow'
  | 'downArrow'
  | 'pageUp'
  | 'pageDown'
  | 'home'
  | 'end'
  | 'return'
  | 'escape'
  | 'backspace'
  | 'delete'
  | 'ctrl'
>;

const NAMES: readonly (readonly [flag: keyof Flags, name: KeyName])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  // Most terminals send DEL for the backspace key.
  ['delete', 'backspace'],
];

const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\u0003': 'quit',
  '\r': 'enter',
  '\n': 'enter',
  '\u007f': 'backspace',
  '\b': 'backspace',
};

function typed(char: string): Key[] {
  const name = CONTROLS[char];
  if (name) return [{ name }];
  return char < ' ' ? [] : [{ char }];
}

/** What was pressed. Keys in quick succession, and text that is pasted, arrive together: each character is one. */
export function keysOf(input: string, flags: Partial<Flags>): Key[] {
  const named = NAMES.find(([flag]) => flags[flag]);
  if (named) return [{ name: named[1] }];
  if (flags.ctrl) return input === 'c' ? [{ name: 'quit' }] : [];
  return Array.from(input).flatMap(typed);
}
