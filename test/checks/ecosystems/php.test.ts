import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';

const COMPOSER = 'composer install --no-interaction --no-progress';

const php: Case[] = [
  [
    'tools by their configuration',
    {
      'composer.json': '{"require-dev":{"friendsofphp/php-cs-fixer":"3"}}',
      '.php-cs-fixer.dist.php': '',
      'phpstan.neon': '',
      'phpunit.xml.dist': '',
    },
    [
      ['install', COMPOSER],
      ['format', 'vendor/bin/php-cs-fixer fix'],
      ['lint', 'vendor/bin/php-cs-fixer fix --dry-run --diff'],
      ['typecheck', 'vendor/bin/phpstan analyse --no-progress'],
      ['test', 'vendor/bin/phpunit'],
    ],
  ],
  [
    'Pest, Pint and Psalm',
    { 'composer.json': '{"require-dev":{"pestphp/pest":"3","laravel/pint":"1"}}', 'psalm.xml': '' },
    [
      ['install', COMPOSER],
      ['format', 'vendor/bin/pint'],
      ['lint', 'vendor/bin/pint --test'],
      ['typecheck', 'vendor/bin/psalm --no-progress'],
      ['test', 'vendor/bin/pest'],
    ],
  ],
  [
    "Composer's scripts by what they run, lists and references included",
    {
      'composer.json':
        '{"scripts":{"lint":"phpcs","cs:fix":"phpcbf","stan":["@php vendor/bin/phpstan analyse"],"test":["@putenv X=1","phpunit"],"all":["@lint","@test"]}}',
    },
    [
      ['install', COMPOSER],
      ['lint', 'composer run lint'],
      ['typecheck', 'composer run stan'],
      ['test', 'composer run test'],
    ],
  ],
  [
    "CI's words for a script",
    { 'composer.json': '{"scripts":{"test":"phpunit"}}', 'phpunit.xml': '', [CI]: workflow('composer test') },
    [
      ['install', COMPOSER],
      ['test', 'composer test'],
    ],
  ],
  [
    'a script name that is not a plain word is left alone',
    { 'composer.json': '{"scripts":{"x; rm -rf ~":"phpunit"}}' },
    [['install', COMPOSER]],
  ],
];

describe('php', () => itDetects(php));
