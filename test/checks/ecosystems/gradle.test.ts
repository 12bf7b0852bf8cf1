import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';

const jvm: Case[] = [
  ['Maven without a wrapper', { 'pom.xml': '<project/>' }, [['test', 'mvn -B -ntp test']]],
  [
    "Maven's wrapper, with Spotless",
    { 'pom.xml': '<artifactId>spotless-maven-plugin</artifactId>', mvnw: '' },
    [
      ['format', './mvnw -B -ntp spotless:apply'],
      ['lint', './mvnw -B -ntp spotless:check'],
      ['test', './mvnw -B -ntp test'],
    ],
  ],
  [
    "CI's goal wins; packaging without tests and deploying prove nothing",
    {
      'pom.xml': '',
      mvnw: '',
      [CI]: workflow('./mvnw -B package -DskipTests', './mvnw -B verify', './mvnw deploy'),
    },
    [['test', './mvnw -B verify']],
  ],
  [
    "Gradle's wrapper, with ktlint",
    { 'build.gradle.kts': 'plugins { id("org.jlleitschuh.gradle.ktlint") }', gradlew: '' },
    [
      ['format', './gradlew ktlintFormat'],
      ['lint', './gradlew ktlintCheck'],
      ['test', './gradlew test'],
    ],
  ],
  ['Gradle without a wrapper', { 'settings.gradle': '' }, [['test', 'gradle test']]],
  [
    "CI's Gradle tasks",
    {
      'build.gradle': '',
      gradlew: '',
      [CI]: workflow('./gradlew spotlessCheck', './gradlew build', './gradlew publish'),
    },
    [
      ['format', './gradlew spotlessApply'],
      ['lint', './gradlew spotlessCheck'],
      ['test', './gradlew build'],
    ],
  ],
  [
    'tests of one module in a special job of CI do not stand for all',
    { 'pom.xml': '', [CI]: workflow('mvn test --projects core') },
    [['test', 'mvn -B -ntp test']],
  ],
];

describe('maven and gradle', () => itDetects(jvm));
