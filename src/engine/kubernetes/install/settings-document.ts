import { defaultSettings } from '../../../domain/settings.ts';

const PROTECTED = defaultSettings()
  .protectedPaths.map((path) => `#   - '${path}'`)
  .join('\n');

/** The settings that an installation starts with: all defaults, written out as comments. */
export const SETTINGS_DOCUMENT = `# Settings of bgtask. Everything has a default: take the # away where you want another value.
# A change counts from the operator's next decision on; a bad one is refused with an event, and the last good one stays.
# A ConfigMap of this name in a project may narrow these settings, never widen them.

# limits:
#   perUser: 1              # active tasks of one user; 0 means unlimited
#   perRepository: 1        # active tasks of one repository and base branch; 0 means unlimited

# deadline:                 # seconds that a task may ask for
#   min: 60
#   max: 3600

# retention:                # how long a task is kept after its end
#   completed: 30d
#   failed: 90d
#   timeout: 90d
#   stopped: 7d

# allowed:
#   repositories: []        # globs of host/owner/name, e.g. github.com/example-org/*; empty allows all
#   agents: []              # e.g. claude; empty allows all
#   images: []              # globs of images that tasks may ask for; empty allows none
#   paths: []               # globs of protected paths that a task may name as its own to change; empty allows all

# protectedPaths:           # a change to these is refused unless the task names them
${PROTECTED}

# checks:
#   timeout: 15m            # time limit of one check

# proof: preferred         # required: a change that the checks do not prove fails the task; preferred: it becomes a draft

# sandbox: preferred       # of the local engine: required, preferred or off; on a cluster each container is one

# agents:
#   modelWait: 30m          # how long a task waits, within its deadline, for a model that is not available
#   silence: 20m            # how long an agent's program may print nothing; then it is started once more

# change:
#   maxFileBytes: 52428800  # the largest file that a change may add

# logs:
#   maxBytes: 52428800      # log that one stage may write

# author:                   # of the commits that are pushed; a forge links them to the account with this address
#   name: bgtask
#   email: bgtask@bgtask.invalid
#   signOff: false          # adds Signed-off-by; a repository with .github/dco.yml gets it anyway

# network:                  # what programs in a room may reach
#   mode: list              # open: every host of the internet
#   allow: []               # further hosts or globs of them, e.g. npm.example.com
#   checks: needed          # which checks may reach that: none, those that download dependencies (needed), or all (list)

# passEnv: []               # environment variables that agents and checks may see besides the usual ones

# runner:                   # the Jobs' pods
#   image: example.com/team/bgtask:1.0   # by default the operator's own
#   imagePullSecrets: []    # names of Secrets in the project, as those below
#   serviceAccount: bgtask-runner
#   secrets:
#     forge: bgtask-forge
#     model: bgtask-model
#   networkPolicy:          # the policy of their network, in each project
#     mode: managed         # off: the operator applies no policy
#     ports: [443, 22]      # TCP ports of public addresses
#     egress: []            # further rules, as NetworkPolicy has them: hosts of your own network
#   resources:
#     work:
#       requests: { cpu: 500m, memory: 1Gi }
#       limits: { cpu: '2', memory: 4Gi }
#   volumes:                # the most that each may hold
#     workspace: 10Gi
#   nodeSelector: {}
#   tolerations: []
#   labels: {}              # of every Job and its pod
#   env: {}                 # variables of every stage, for proxies and registries; not for secrets

# pageBaseUrl: https://bgtask.example.com   # the web pages, for links in pull requests; none by default
`;
