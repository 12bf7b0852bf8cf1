import type { RepoFiles } from '../check.ts';
import { MAVEN_CENTRAL } from './registries.ts';
import { MAVEN_RULES } from '../tools/others.ts';
import { CONFIGURED, type Ecosystem, type Suggestion } from './ecosystem.ts';

/** Plugins whose goals format and judge, by the text that declares them. */
const PLUGINS: readonly (readonly [plugin: string, format: string | undefined, judge: string])[] = [
  ['spotless-maven-plugin', 'spotless:apply', 'spotless:check'],
  ['fmt-maven-plugin', 'fmt:format', 'fmt:check'],
  ['formatter-maven-plugin', 'formatter:format', 'formatter:validate'],
  ['maven-checkstyle-plugin', undefined, 'checkstyle:check'],
];

/** Maven, by its wrapper when the repository has one. Dependencies come with the first goal: there is no install step. */
export const maven: Ecosystem = {
  name: 'maven',
  manifests: ['pom.xml'],
  downloads: [['mvn']],
  ignored: ['target'],
  registries: {
    defaults: MAVEN_CENTRAL,
    named: [
      [
        ['pom.xml', '.mvn/settings.xml', '.mvn/extensions.xml'],
        /<url>\s{0,20}(https?:[^\s<]{1,500})\s{0,20}<\/url>\s{0,200}(?:<(?:layout|releases|snapshots|\/(?:plugin)?repository|\/mirror)\b)/gi,
      ],
      [['.mvn/wrapper/maven-wrapper.properties'], /^(?:distributionUrl|wrapperUrl)=(https?\S{1,500})/gm],
    ],
  },
  toolchain: {
    mvn: 'Install Maven from https://maven.apache.org/install.html.',
    java: 'Install a JDK, e.g. from https://adoptium.net.',
  },
  rules: MAVEN_RULES,
  subcommands: ['mvn'],
  partial: /^\S*mvnw?\b(?!.* (-am|--also-make)\b).* (--projects|-pl)[ =](?!["']?!)/,
  formatters: [[/\bmvnw?\b.* spotless:check\b/, (run) => run.replace('spotless:check', 'spotless:apply')]],
  suggest: (files) => (files.has('pom.xml') ? { proofs: proofs(files) } : undefined),
};

function proofs(files: RepoFiles): Suggestion[] {
  const program = `${files.has('mvnw') ? './mvnw' : 'mvn'} -B -ntp`;
  const pom = files.read('pom.xml') ?? '';
  const found = PLUGINS.filter(([plugin]) => pluginIn(pom, plugin) !== undefined);
  // A goal from the command line does not see the configuration of an execution: then the phase runs it.
  const isBound = found.some(([plugin]) => /<execution>/.test(pluginIn(pom, plugin) ?? ''));
  // A module may need its sibling's jar, which only the phase package makes.
  const goal = isBound || /<modules>|<subprojects>/.test(pom) ? 'verify' : 'test';
  return [
    ...found.flatMap(([plugin, format, judge]): Suggestion[] => [
      ...(format === undefined
        ? []
        : [['format', plugin, `${program} ${format}`, `pom.xml ${plugin}`, CONFIGURED] as const]),
      ...(isBound ? [] : [['lint', plugin, `${program} ${judge}`, `pom.xml ${plugin}`, CONFIGURED] as const]),
    ]),
    ['test', 'maven', `${program} ${goal}`, files.has('mvnw') ? 'pom.xml; mvnw' : 'pom.xml'],
  ];
}

/** The text of a plugin's element, from its name on; undefined where the file does not name it. */
function pluginIn(pom: string, plugin: string): string | undefined {
  const at = pom.indexOf(`<artifactId>${plugin}<`);
  if (at < 0) return undefined;
  const end = pom.indexOf('</plugin>', at);
  return pom.slice(at, end < 0 ? undefined : end);
}
