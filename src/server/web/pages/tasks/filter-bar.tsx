import { useEffect, useRef, useState } from 'preact/hooks';
import { STATUS_CHOICES } from '../../state/phases.ts';
import type { Filters } from '../../state/route.ts';

/** Milliseconds without a key after which what was typed counts. */
const TYPED = 400;

const SINCE: readonly (readonly [value: string, label: string])[] = [
  ['', 'Any time'],
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
];
const TEXTS: readonly (readonly [
  name: 'name' | 'repo' | 'creator' | 'template',
  label: string,
  placeholder: string,
])[] = [
  ['name', 'Name', 'part of a name'],
  ['repo', 'Repository', 'https://…'],
  ['creator', 'Creator', 'user name'],
  ['template', 'Template', 'template name'],
];

interface ChoiceProps {
  label: string;
  value: string;
  choices: readonly (readonly [value: string, label: string])[];
  onChoice: (value: string) => void;
}

function Choice({ label, value, choices, onChoice }: ChoiceProps) {
  const known = choices.some(([choice]) => choice === value);
  return (
    <label class="filter">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoice(event.currentTarget.value)}>
        {!known && <option value={value}>{value}</option>}
        {choices.map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TextProps {
  label: string;
  placeholder: string;
  value: string;
  onText: (value: string) => void;
}

/** What is typed counts after a pause, or when the field is left. */
function Text({ label, placeholder, value, onText }: TextProps) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const told = (words: string, ms: number): void => {
    clearTimeout(timer.current);
    setText(words);
    timer.current = setTimeout(() => {
      if (words.trim() !== value) onText(words);
    }, ms);
  };
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        type="search"
        value={text}
        placeholder={placeholder}
        autoCapitalize="none"
        spellcheck={false}
        onInput={(event) => told(event.currentTarget.value, TYPED)}
        onBlur={(event) => told(event.currentTarget.value, 0)}
      />
    </label>
  );
}

/** The filters of the list. They are in the address, so that a list can be handed on. */
export function FilterBar({ filters, onFilter }: { filters: Filters; onFilter: (filters: Filters) => void }) {
  const latest = useRef(filters);
  latest.current = filters;
  const apply = (name: keyof Filters, value: string): void => {
    const { [name]: _, ...others } = latest.current;
    onFilter(value.trim() ? { ...others, [name]: value.trim() } : others);
  };
  const { status = '', since = '' } = filters;
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filter the tasks"
      onSubmit={(event) => event.preventDefault()}
    >
      <Choice
        label="Status"
        value={status}
        choices={STATUS_CHOICES}
        onChoice={(value) => apply('status', value)}
      />
      {TEXTS.map(([name, label, placeholder]) => (
        <Text
          key={name}
          label={label}
          placeholder={placeholder}
          value={filters[name] ?? ''}
          onText={(value) => apply(name, value)}
        />
      ))}
      <Choice label="Created" value={since} choices={SINCE} onChoice={(value) => apply('since', value)} />
    </form>
  );
}
