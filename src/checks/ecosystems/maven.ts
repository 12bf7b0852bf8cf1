import type { Detector, RepoFiles } from '../check.ts';
import { checksOf, type Suggestion } from './suggest.ts';

/** Plugins whose goals format and judge, by the text that declares them. */
const PLUGINS: readonly (readonly [plugin: string, format: string | undefined, judge: string])[] = [
  ['spotless-maven-plugin', 'spotless:apply', 'spotless:check'],
  ['fmt-maven-plugin', 'fmt:format', 'fmt:check'],
  ['formatter-maven-plugin', 'formatter:format', 'formatter:validate'],
  ['maven-checkstyle-plugin', undefined, 'checkstyle:check'],
];

/** Maven, by its wrapper when the repository has one. Dependencies come with the first goal: there is no install step. */
export const maven: Detector = {
  name: 'maven',
  detect: (files, ci) =>
    files.has('pom.xml') ? checksOf({ ecosystem: 'maven', proofs: proofs(files) }, ci) : [],
};

function proofs(files: RepoFiles): Suggestion[] {
  const program = `${files.has('mvnw') ? './mvnw' : 'mvn'} -B -ntp`;
  const pom = files.read('pom.xml') ?? '';
  const found = PLUGINS.filter(([plugin]) => pom.includes(`<artifactId>${plugin}<`));
  return [
    ...found.flatMap(([plugin, format, judge]): Suggestion[] => [
      ...(format === undefined
        ? []
        : [['format', plugin, `${program} ${format}`, `pom.xml ${plugin}`] as const]),
      ['lint', plugin, `${program} ${judge}`, `pom.xml ${plugin}`],
    ]),
    ['test', 'maven', `${program} test`, files.has('mvnw') ? 'pom.xml; mvnw' : 'pom.xml'],
  ];
}
