import type { Finding } from '../finding.ts';

/** Lets bwrap make user namespaces where AppArmor restricts them (Ubuntu 24.04's release notes). */
const PROFILE =
  "printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }\\n' | sudo tee /etc/apparmor.d/bwrap && sudo apparmor_parser -r /etc/apparmor.d/bwrap";

export interface SandboxProblem {
  /** What trying it said. */
  problem: string;
  /** True where AppArmor restricts user namespaces. */
  isRestricted: boolean;
  platform: NodeJS.Platform;
}

/** What makes a sandbox work on this machine. Pure. */
export function sandboxFix({
  problem,
  isRestricted,
  platform,
}: SandboxProblem): Pick<Finding, 'fix' | 'command'> {
  if (platform !== 'linux')
    return { fix: 'Run tasks of repositories that you do not trust on Linux or on a cluster.' };
  if (/was not found/.test(problem))
    return { fix: 'Install bubblewrap 0.8 or newer:', command: 'sudo apt install bubblewrap' };
  if (isRestricted)
    return {
      fix: 'AppArmor keeps bubblewrap from making user namespaces. Give it a profile:',
      command: PROFILE,
    };
  if (/disable-userns|Unknown option/.test(problem))
    return { fix: 'Install bubblewrap 0.8 or newer; this one is older.' };
  return {
    fix: 'Allow user namespaces for this user:',
    command: 'sudo sysctl -w user.max_user_namespaces=15000 kernel.unprivileged_userns_clone=1',
  };
}
