import { existsSync, readFileSync } from 'node:fs';
import { type Said, said } from '../../core/said.ts';

/** What is looked at; every path absolute. */
export interface Facts {
  platform: string;
  env: Readonly<Record<string, string | undefined>>;
  exists(path: string): boolean;
  /** Empty where there is no such file. */
  read(path: string): string;
}

/** What this machine is inside of. A virtual machine is a machine. */
export type Surroundings =
  | 'codespace'
  | 'development-container'
  | 'kubernetes'
  | 'docker'
  | 'podman'
  | 'container'
  | 'wsl-1'
  | 'wsl-2'
  | 'machine';

const NAMES: Record<Surroundings, string | undefined> = {
  codespace: 'a GitHub Codespace',
  'development-container': 'a development container',
  kubernetes: 'a Kubernetes pod',
  docker: 'a Docker container',
  podman: 'a Podman container',
  container: 'a container',
  'wsl-1': 'WSL 1',
  'wsl-2': 'WSL 2',
  machine: undefined,
};

const APPARMOR = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
const CLONE = '/proc/sys/kernel/unprivileged_userns_clone';
const MOST = '/proc/sys/user/max_user_namespaces';
const PROFILE = 'bwrap-userns-restrict';

/** How each family of distributions, by `ID` or `ID_LIKE` of os-release, installs a package. */
const INSTALLERS: [family: string, command: string][] = [
  ['debian', 'sudo apt install'],
  ['ubuntu', 'sudo apt install'],
  ['fedora', 'sudo dnf install'],
  ['rhel', 'sudo dnf install'],
  ['suse', 'sudo zypper install'],
  ['opensuse', 'sudo zypper install'],
  ['arch', 'sudo pacman -S'],
  ['alpine', 'sudo apk add'],
];

const REAL_FACTS: Facts = {
  platform: process.platform,
  env: process.env,
  exists: existsSync,
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  },
};

export function surroundings({ platform, env, exists, read }: Facts = REAL_FACTS): Surroundings {
  if (platform === 'win32') return 'machine';
  if (env.CODESPACES === 'true') return 'codespace';
  if (env.REMOTE_CONTAINERS === 'true') return 'development-container';
  if (env.KUBERNETES_SERVICE_HOST !== undefined) return 'kubernetes';
  if (exists('/.dockerenv')) return 'docker';
  // systemd's word for what started the first process (https://systemd.io/CONTAINER_INTERFACE).
  if (exists('/run/.containerenv') || env.container === 'podman') return 'podman';
  if (env.container !== undefined) return 'container';
  // Only the first version of control groups tells it from inside.
  const groups = read('/proc/1/cgroup');
  if (/kubepods/.test(groups)) return 'kubernetes';
  if (/\/docker[/-]/.test(groups)) return 'docker';
  if (/\/libpod-/.test(groups)) return 'podman';
  if (/\/(lxc|machine\.slice)\//.test(groups)) return 'container';
  const kernel = read('/proc/sys/kernel/osrelease');
  if (/microsoft/i.test(kernel)) return /WSL2|microsoft-standard/.test(kernel) ? 'wsl-2' : 'wsl-1';
  return 'machine';
}

/** With its article, to go behind "inside"; undefined for a machine. */
export function nameOf(surroundings: Surroundings): string | undefined {
  return NAMES[surroundings];
}

/** Whether it keeps what runs in it from the rest of the machine, as WSL does not. */
export function isContainer(surroundings: Surroundings): boolean {
  return !['machine', 'wsl-1', 'wsl-2'].includes(surroundings);
}

/**
 * What the user can do where nothing isolates tests: the steps that are missing here, in sentences.
 *
 * @param isInstalled whether bubblewrap is
 */
export function isolationRemedy(isInstalled: boolean, facts: Facts = REAL_FACTS): Said {
  if (facts.platform === 'win32')
    return said`Open the workspace in WSL 2 and run Coppice there, where tests are isolated.`;
  if (facts.platform === 'darwin') return said`Open the workspace in a development container.`;
  const around = surroundings(facts);
  if (around === 'wsl-1') return said`Convert the distribution with \`wsl --set-version DISTRIBUTION 2\`.`;
  const steps = isInstalled ? [] : [installing('bubblewrap', facts)];
  if (isContainer(around)) steps.push(opening(around));
  else steps.push(...allowing(facts));
  const [first, ...others] = steps;
  if (!first) return said`Let \`bwrap --unshare-user --ro-bind / / true\` say what stands in the way.`;
  return others.reduce((remedy, step) => said`${remedy} ${step}`, first);
}

/** Kernels that do not let everybody make namespaces of users. */
function allowing(facts: Facts): Said[] {
  const steps: Said[] = [];
  if (facts.read(CLONE).trim() === '0') steps.push(running('sudo sysctl kernel.unprivileged_userns_clone=1'));
  if (facts.read(MOST).trim() === '0') steps.push(running('sudo sysctl user.max_user_namespaces=10000'));
  if (facts.read(APPARMOR).trim() === '1' && !facts.exists(`/etc/apparmor.d/${PROFILE}`)) {
    const from = `/usr/share/apparmor/extra-profiles/${PROFILE}`;
    const get = facts.exists(from) ? [] : [installing('apparmor-profiles', facts)];
    steps.push(
      ...get,
      said`AppArmor keeps programs from namespaces here: run \`sudo install -m 644 ${from} /etc/apparmor.d/\` and \`sudo apparmor_parser -r /etc/apparmor.d/${PROFILE}\`.`,
    );
  }
  return steps;
}

function running(command: string): Said {
  return said`Run \`${command}\`.`;
}

function installing(name: string, { read }: Facts): Said {
  const release = read('/etc/os-release');
  const families = [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, names = '']) =>
    names.split(' '),
  );
  const command = INSTALLERS.find(([family]) => families.some((name) => name.split('-')[0] === family))?.[1];
  return command ? running(`${command} ${name}`) : said`Install the package \`${name}\`.`;
}

/** What a container must be started with so that namespaces can be made in it, and /proc mounted (containers/bubblewrap#505, #284). */
function opening(around: Surroundings): Said {
  const unconfined = ['seccomp=unconfined', 'apparmor=unconfined'];
  const options = (list: string[]) => list.map((option) => `--security-opt ${option}`).join(' ');
  switch (around) {
    case 'codespace':
    case 'development-container': {
      const list = [...unconfined, 'systempaths=unconfined'].map((option) => `"${option}"`).join(', ');
      return said`Add \`"securityOpt": [${list}]\` to devcontainer.json and rebuild the container.`;
    }
    case 'kubernetes':
      return said`Start the pod with \`hostUsers: false\`, and the container with \`procMount: Unmasked\` and the profiles of seccomp and AppArmor \`Unconfined\` in its securityContext.`;
    case 'podman':
      return starting(`podman run ${options([...unconfined.slice(0, 1), 'unmask=/proc/*', 'label=disable'])}`);
    default:
      return starting(`docker run ${options([...unconfined, 'systempaths=unconfined'])}`);
  }
}

function starting(command: string): Said {
  return said`Start the container with \`${command}\`.`;
}
