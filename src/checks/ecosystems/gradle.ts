import type { RepoFiles } from '../check.ts';
import { GRADLE_RULES } from '../tools/others.ts';
import { CONFIGURED, type Ecosystem, type Suggestion } from './ecosystem.ts';
import { GITHUB_HOSTS, MAVEN_CENTRAL } from './registries.ts';

const BUILD_FILES = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'];

/** Plugins and their tasks, by a text in the root's build file. */
const PLUGINS: readonly (readonly [
  plugin: RegExp,
  label: string,
  format: string | undefined,
  judge: string,
])[] = [
  [/com\.diffplug\.spotless|\bspotless\b/, 'spotless', 'spotlessApply', 'spotlessCheck'],
  [/org\.jlleitschuh\.gradle\.ktlint|plugins\.ktlint/, 'ktlint', 'ktlintFormat', 'ktlintCheck'],
  [/io\.gitlab\.arturbosch\.detekt|plugins\.detekt/, 'detekt', undefined, 'detekt'],
];

/** Gradle, by its wrapper when the repository has one. Dependencies come with the first task: there is no install step. */
export const gradle: Ecosystem = {
  name: 'gradle',
  manifests: BUILD_FILES,
  locks: ['gradle.lockfile', 'libs.versions.toml', 'gradle-wrapper.properties'],
  downloads: [['gradle']],
  ignored: ['.gradle'],
  // The wrapper's distributions are releases on GitHub.
  registries: {
    defaults: [
      'services.gradle.org',
      'downloads.gradle.org',
      'plugins.gradle.org',
      'plugins-artifacts.gradle.org',
      ...MAVEN_CENTRAL,
      'dl.google.com',
      'maven.google.com',
      ...GITHUB_HOSTS,
    ],
    named: [
      [
        ['*.gradle', '*.gradle.kts'],
        /\b(?:url|setUrl|uri|maven)\b[\s=]{0,20}(?:\(\s{0,20}|uri\(\s{0,20}){0,2}["'](https?:[^\s"']{1,500})/g,
      ],
      [['gradle-wrapper.properties'], /^distributionUrl=(https?\S{1,500})/gm],
    ],
  },
  toolchain: {
    gradle: 'Install Gradle from https://gradle.org/install.',
    java: 'Install a JDK, e.g. from https://adoptium.net.',
  },
  rules: GRADLE_RULES,
  subcommands: ['gradle'],
  partial: /^\S*gradlew?\b.* (-p|--project-dir)[ =]|^\S*gradlew?\b.* :?[\w-]+:\w/,
  formatters: [
    [/\b(gradlew?)\b.*spotlessCheck\b/, (run) => run.replace('spotlessCheck', 'spotlessApply')],
    [/\b(gradlew?)\b.*ktlintCheck\b/, (run) => run.replace('ktlintCheck', 'ktlintFormat')],
  ],
  suggest: (files) => (BUILD_FILES.some((path) => files.has(path)) ? { proofs: proofs(files) } : undefined),
};

function proofs(files: RepoFiles): Suggestion[] {
  const program = files.has('gradlew') ? './gradlew' : 'gradle';
  const file = BUILD_FILES.find((path) => files.has(path)) ?? 'build.gradle';
  const text = files.read(file) ?? '';
  return [
    ...PLUGINS.filter(([plugin]) => plugin.test(text)).flatMap(([, label, format, judge]): Suggestion[] => [
      ...(format === undefined
        ? []
        : [['format', label, `${program} ${format}`, `${file} ${label}`, CONFIGURED] as const]),
      ['lint', label, `${program} ${judge}`, `${file} ${label}`, CONFIGURED],
    ]),
    ['test', 'gradle', `${program} test`, files.has('gradlew') ? `${file}; gradlew` : file],
  ];
}
