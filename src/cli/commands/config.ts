import { BgtaskError } from '../../domain/errors.ts';
import { helpText, type Setup } from '../command.ts';
import {
  isPreference,
  PREFERENCE_NAMES,
  PREFERENCES,
  type Preferences,
  readPreferences,
  setPreference,
} from '../preferences.ts';

/** Throws Usage for an unknown name. */
function nameOf(word: string): keyof Preferences {
  if (isPreference(word)) return word;
  throw new BgtaskError('Usage', `unknown preference ${JSON.stringify(word)}.`, {
    hint: `The preferences are ${PREFERENCE_NAMES.join(' and ')}.`,
  });
}

export const setup: Setup = (command, context) => {
  const about = PREFERENCE_NAMES.map((name) => `  ${name.padEnd(8)} ${PREFERENCES[name].about}`).join('\n');
  command.addHelpText(
    'after',
    helpText(
      context,
      ['config set engine local', 'config get engine', 'config unset engine', 'config list'],
      `Preferences:\n${about}`,
    ),
  );
  command
    .command('set')
    .description('Set a preference for all commands on this machine')
    .argument('<name>', PREFERENCE_NAMES.join(' or '))
    .argument('<value>', 'its value')
    .action((word: string, value: string) => {
      const name = nameOf(word);
      setPreference(context.env, name, value);
      context.say(`${name} is ${value}`);
    });
  command
    .command('get')
    .description('Print a preference')
    .argument('<name>', PREFERENCE_NAMES.join(' or '))
    .action((word: string) => {
      const value = readPreferences(context.env)[nameOf(word)];
      if (value === undefined)
        throw new BgtaskError('NotFound', `${word} is not set.`, {
          hint: `Set it: bgtask config set ${word} VALUE`,
        });
      context.out(`${value}\n`);
    });
  command
    .command('unset')
    .description('Remove a preference')
    .argument('<name>', PREFERENCE_NAMES.join(' or '))
    .action((word: string) => {
      const name = nameOf(word);
      setPreference(context.env, name, undefined);
      context.say(`${name} is not set`);
    });
  command
    .command('list')
    .description('Print all preferences that are set')
    .action(() => {
      const found = readPreferences(context.env);
      for (const name of PREFERENCE_NAMES) if (found[name]) context.out(`${name}=${found[name]}\n`);
    });
};
