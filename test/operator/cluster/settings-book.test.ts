import assert from 'node:assert/strict';
import { parseSettings } from '../../../src/domain/settings.ts';
import { SettingsBook } from '../../../src/operator/cluster/settings-book.ts';

const perUser = (book: SettingsBook, project: string): number => book.of(project).limits.perUser;

describe('the settings of each project', () => {
  it('are the defaults where nothing is set', () => assert.equal(perUser(new SettingsBook(), 'a'), 1));

  it("are the cluster's, narrowed by the project's own, whichever came first and whichever changes", () => {
    const book = new SettingsBook();
    book.setProject('a', { limits: { perUser: 3 } });
    book.setCluster(parseSettings({ limits: { perUser: 5 } }, 'test'));
    assert.deepEqual([perUser(book, 'a'), perUser(book, 'b')], [3, 5]);
    book.setCluster(parseSettings({ limits: { perUser: 2 } }, 'test'));
    assert.deepEqual([perUser(book, 'a'), perUser(book, 'b')], [2, 2]);
    book.setProject('a', { limits: { perUser: 1 } });
    assert.deepEqual([perUser(book, 'a'), perUser(book, 'b')], [1, 2]);
    book.setProject('a', undefined);
    assert.equal(perUser(book, 'a'), 2);
  });
});
