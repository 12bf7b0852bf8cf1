import type { Detector, RepoFiles } from '../check.ts';
import { checksOf, type Suggestion } from './suggest.ts';

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
export const gradle: Detector = {
  name: 'gradle',
  detect: (files, ci) =>
    BUILD_FILES.some((path) => files.has(path))
      ? checksOf({ ecosystem: 'gradle', proofs: proofs(files) }, ci)
      : [],
};

function proofs(files: RepoFiles): Suggestion[] {
  const program = files.has('gradlew') ? './gradlew' : 'gradle';
  const file = BUILD_FILES.find((path) => files.has(path)) ?? 'build.gradle';
  const text = files.read(file) ?? '';
  return [
    ...PLUGINS.filter(([plugin]) => plugin.test(text)).flatMap(([, label, format, judge]): Suggestion[] => [
      ...(format === undefined
        ? []
        : [['format', label, `${program} ${format}`, `${file} ${label}`] as const]),
      ['lint', label, `${program} ${judge}`, `${file} ${label}`],
    ]),
    ['test', 'gradle', `${program} test`, files.has('gradlew') ? `${file}; gradlew` : file],
  ];
}
