import assert from 'node:assert/strict';
import { readDiff } from '../../../../src/server/web/state/diff.ts';

const PATCH = `diff --git a/src/a.js b/src/a.js
index 1..2 100644
--- a/src/a.js
+++ b/src/a.js
@@ -1,2 +1,2 @@
 same
-old
+new
--- a comment of SQL that is gone
+++ x
diff --git a/new file.txt b/new file.txt
new file mode 100644
index 0..1
--- /dev/null
+++ b/new file.txt\t
@@ -0,0 +1 @@
+one
\\ No newline at end of file
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-one
diff --git a/old.md b/newer.md
similarity index 100%
rename from old.md
rename to newer.md
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
diff --git a/logo.png b/logo.png
GIT binary patch
literal 3
KcmZ
`;

describe('a diff on a page', () => {
  it('has each file with what becomes of it, and its lines', () => {
    const { files, left } = readDiff(PATCH);
    assert.deepEqual(
      files.map(({ name, notes, added, removed }) => [name, notes.join(), added, removed]),
      [
        ['src/a.js', '', 2, 2],
        ['new file.txt', 'new', 1, 0],
        ['gone.txt', 'removed', 0, 1],
        ['newer.md', 'renamed from old.md', 0, 0],
        ['run.sh', 'mode 100755', 0, 0],
        ['logo.png', 'binary', 0, 0],
      ],
    );
    assert.deepEqual(files[0]?.lines.slice(0, 4), [
      ['place', '@@ -1,2 +1,2 @@'],
      ['same', ' same'],
      ['removed', '-old'],
      ['added', '+new'],
    ]);
    assert.equal(left, 0);
  });

  it('takes quoted names of git as they are', () => {
    const [file] = readDiff(
      'diff --git "a/\\303\\251" "b/\\303\\251"\n--- "a/\\303\\251"\n+++ "b/\\303\\251"\n',
    ).files;
    assert.equal(file?.name, '\\303\\251');
  });

  it('shows the beginning of one that is long, and counts the rest', () => {
    const { files, left } = readDiff(`diff --git a/a b/a\n@@ -0,0 +1,9000 @@\n${'+x\n'.repeat(9000)}`);
    assert.equal(files[0]?.lines.length, 5000);
    assert.equal(files[0].added, 9000);
    assert.equal(left, 4001);
  });

  it('reads what is not a diff as a change without files', () =>
    assert.deepEqual(readDiff('<script>alert(1)</script>\n@@ -1 +1 @@\n+x'), { files: [], left: 0 }));
});
