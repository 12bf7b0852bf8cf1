import { PHP_RULES } from '../../tools/others.ts';
import type { Ecosystem } from '../ecosystem.ts';
import { GITHUB_HOSTS } from '../registries.ts';

/** PHP through Composer; `detect.ts` reads the scripts of composer.json. */
export const php: Ecosystem = {
  name: 'php',
  manifests: ['composer.json'],
  locks: ['composer.lock'],
  // Packages come as archives of GitHub.
  registries: {
    defaults: ['packagist.org', 'repo.packagist.org', ...GITHUB_HOSTS],
    named: [[['composer.json', 'composer.lock'], /"url": ?"(https?:[^\s"]{1,500})/g]],
  },
  toolchain: {
    php: 'Install PHP with the system package manager (apt-get install php-cli).',
    composer: 'Install Composer from https://getcomposer.org.',
  },
  rules: PHP_RULES,
  subcommands: ['composer'],
  formatters: [
    [
      /\bphp-cs-fixer\b.* --dry-run\b/,
      (run) => run.replace(/ --(dry-run|diff)\b/g, '').replace(/ check\b/, ' fix'),
    ],
    [/\bpint\b.* --test\b/, (run) => run.replace(/ --test\b/, '')],
  ],
};
