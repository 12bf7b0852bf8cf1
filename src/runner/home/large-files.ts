import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../../domain/shell-word.ts';

/** Where the checkout's objects are, by the digest. */
const OBJECT = String.raw`object=$(git config lfs.storage || echo "$(git rev-parse --absolute-git-dir)/lfs")/objects/$(printf %s "$oid" | sed 's,^\(..\)\(..\).*,\1/\2/&,')`;

/** A file's content to its pointer; the content is kept as an object. What is a pointer, or empty, stays as it is. */
const CLEAN = String.raw`#!/bin/sh
file=$(mktemp) && trap 'rm -f "$file"' EXIT && cat >"$file" || exit 1
if [ ! -s "$file" ] || [ "$(head -c 42 "$file" | tr -d '\0')" = 'version https://git-lfs.github.com/spec/v1' ]; then
  cat "$file"
  exit
fi
if command -v sha256sum >/dev/null; then oid=$(sha256sum <"$file"); else oid=$(shasum -a 256 <"$file"); fi
oid=${'$'}{oid%% *}
${OBJECT}
if [ ! -f "$object" ]; then mkdir -p "$(dirname "$object")" && cp "$file" "$object.$$" && mv "$object.$$" "$object"; fi
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n' "$oid" "$(wc -c <"$file")"
`;

/** A pointer to the content, where the checkout's objects have it. */
const SMUDGE = String.raw`#!/bin/sh
file=$(mktemp) && trap 'rm -f "$file"' EXIT && cat >"$file" || exit 1
oid=$(head -c 1024 "$file" | sed -n 's/^oid sha256:\([0-9a-f]\{64\}\)$/\1/p')
${OBJECT}
if [ -n "$oid" ] && [ -f "$object" ]; then cat "$object"; else cat "$file"; fi
`;

/**
 * Makes git in a task's home see files of Git LFS as git-lfs does: `git status`, `git diff` and `git stash` of agent and checks take one
 * with its content for its pointer. Needs no git-lfs, and nothing of it is believed by bgtask.
 */
export async function writeLargeFileFilter(home: string): Promise<void> {
  const folder = join(home, '.bgtask');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lines = ['[filter "lfs"]'];
  for (const [name, text] of Object.entries({ clean: CLEAN, smudge: SMUDGE })) {
    const file = join(folder, `lfs-${name}`);
    await writeFile(file, text, { mode: 0o700 });
    lines.push(`\t${name} = ${JSON.stringify(shellWord(file))}`);
  }
  await appendFile(join(home, '.gitconfig'), `${lines.join('\n')}\n`);
}
