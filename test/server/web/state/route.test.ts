import assert from 'node:assert/strict';
import { pathOf, routeOf, type Route } from '../../../../src/server/web/state/route.ts';

const CASES: readonly [address: string, route: Route][] = [
  ['/', { page: 'projects' }],
  ['/projects/team-a', { page: 'tasks', project: 'team-a', filters: {} }],
  [
    '/projects/team-a?status=failed&repo=https%3A%2F%2Fgit.example%2Fa&limit=3',
    { page: 'tasks', project: 'team-a', filters: { status: 'failed', repo: 'https://git.example/a' } },
  ],
  ['/projects/team-a/tasks/fix-lint', { page: 'task', project: 'team-a', name: 'fix-lint' }],
  ['/projects/team-a/tasks/%40latest', { page: 'task', project: 'team-a', name: '@latest' }],
  ['/projects/team-a/new', { page: 'new', project: 'team-a' }],
  ['/projects/team-a/new?template=up', { page: 'new', project: 'team-a', template: 'up' }],
  ['/projects/team-a/templates', { page: 'templates', project: 'team-a' }],
  ['/projects/team-a/templates/up', { page: 'unknown', path: '/projects/team-a/templates/up' }],
  ['/projects', { page: 'unknown', path: '/projects' }],
  ['/projects/%', { page: 'tasks', project: '%', filters: {} }],
  ['/elsewhere', { page: 'unknown', path: '/elsewhere' }],
];

describe('addresses of pages', () => {
  for (const [address, route] of CASES)
    it(`${address} is ${route.page}`, () => {
      const { pathname, search } = new URL(address, 'http://server.example');
      assert.deepEqual(routeOf(pathname, search), route);
    });

  it('an address that is made leads to where it was made for', () => {
    const odd = 'a/b?c#d e';
    const { pathname, search } = new URL(pathOf.tasks(odd, { creator: odd }), 'http://server.example');
    assert.deepEqual(routeOf(pathname, search), { page: 'tasks', project: odd, filters: { creator: odd } });
    const task = new URL(pathOf.task(odd, odd), 'http://server.example');
    assert.deepEqual(routeOf(task.pathname, task.search), { page: 'task', project: odd, name: odd });
  });

  it('the address of a task is the one that pull requests link to', () =>
    assert.equal(pathOf.task('team-a', 'fix-lint'), '/projects/team-a/tasks/fix-lint'));
});
