import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';

const BUNDLE = 'bundle config set --local path vendor/bundle && bundle install';

const ruby: Case[] = [
  [
    'RSpec and RuboCop',
    { Gemfile: "gem 'rspec'\ngem 'rubocop'\n", '.rubocop.yml': '', 'spec/a_spec.rb': '' },
    [
      ['install', BUNDLE],
      ['format', 'bundle exec rubocop --fix-layout'],
      ['lint', 'bundle exec rubocop'],
      ['test', 'bundle exec rspec'],
    ],
  ],
  [
    'Minitest through Rake',
    { Gemfile: "gem 'minitest'\n", Rakefile: '', 'test/a_test.rb': '' },
    [
      ['install', BUNDLE],
      ['test', 'bundle exec rake test'],
    ],
  ],
  [
    'Rails',
    { Gemfile: "gem 'rails'\n", 'bin/rails': '', 'test/a_test.rb': '' },
    [
      ['install', BUNDLE],
      ['test', 'bin/rails test'],
    ],
  ],
  [
    "CI's default Rake task",
    { Gemfile: "gem 'standard'\n", [CI]: workflow('bundle exec rake', 'gem push a.gem') },
    [
      ['install', BUNDLE],
      ['lint', 'bundle exec standardrb'],
      ['test', 'bundle exec rake'],
    ],
  ],
];

describe('ruby', () => itDetects(ruby));
