import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inWords } from '../../src/core/said.ts';
import {
  type Facts,
  isContainer,
  nameOf,
  isolationRemedy as remedyOf,
  surroundings,
} from '../../src/judge/sandbox/surroundings.ts';

const isolationRemedy = (isInstalled: boolean, facts: Facts) => inWords(remedyOf(isInstalled, facts));

/** A machine that has these files, and these variables in the environment. */
function machine(files: Record<string, string> = {}, env: Facts['env'] = {}, platform = 'linux'): Facts {
  return { platform, env, exists: (path) => Object.hasOwn(files, path), read: (path) => files[path] ?? '' };
}

const OSRELEASE = '/proc/sys/kernel/osrelease';
const DEBIAN = { '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n' };
const UBUNTU = { '/etc/os-release': 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n' };
const APPARMOR = { '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' };

describe('what is around a machine', () => {
  const SEEN: [string, Facts][] = [
    ['a GitHub Codespace', machine({ '/.dockerenv': '' }, { CODESPACES: 'true', REMOTE_CONTAINERS: 'true' })],
    ['a development container', machine({ '/.dockerenv': '' }, { REMOTE_CONTAINERS: 'true' })],
    ['a Kubernetes pod', machine({ '/.dockerenv': '' }, { KUBERNETES_SERVICE_HOST: '10.0.0.1' })],
    ['a Docker container', machine({ '/.dockerenv': '' })],
    ['a Docker container', machine({ '/proc/1/cgroup': '12:pids:/docker/0123456789ab\n' })],
    ['a Podman container', machine({ '/run/.containerenv': '' })],
    ['a Podman container', machine({}, { container: 'podman' })],
    ['a container', machine({}, { container: 'lxc' })],
    ['WSL 1', machine({ [OSRELEASE]: '4.4.0-19041-Microsoft\n' })],
    ['WSL 2', machine({ [OSRELEASE]: '5.15.153.1-microsoft-standard-WSL2\n' })],
    ['a Docker container', machine({ '/.dockerenv': '', [OSRELEASE]: '5.15.153.1-microsoft-standard-WSL2\n' })],
  ];
  for (const [name, facts] of SEEN) {
    test(`is ${name}`, () => assert.equal(nameOf(surroundings(facts)), name));
  }
  test('is nothing on a machine of its own', () => {
    const facts = machine({ [OSRELEASE]: '6.8.0-45-generic\n', '/proc/1/cgroup': '0::/init.scope\n' });
    assert.equal(surroundings(facts), 'machine');
    assert.equal(nameOf('machine'), undefined);
  });
  test('bounds what runs in it, but for WSL', () => {
    assert.deepEqual((['docker', 'codespace', 'wsl-1', 'wsl-2', 'machine'] as const).map(isContainer), [
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('the remedy where nothing isolates', () => {
  test('installs bubblewrap as the distribution does', () => {
    const by = (release: string) => isolationRemedy(false, machine({ '/etc/os-release': release }));
    assert.match(by('ID=ubuntu\nID_LIKE=debian\n'), /`sudo apt install bubblewrap`/);
    assert.match(by('ID="rocky"\nID_LIKE="rhel centos fedora"\n'), /`sudo dnf install bubblewrap`/);
    assert.match(by('ID=opensuse-tumbleweed\nID_LIKE="opensuse suse"\n'), /`sudo zypper install bubblewrap`/);
    assert.match(by('ID=alpine\n'), /`sudo apk add bubblewrap`/);
    assert.match(by('ID=arch\n'), /`sudo pacman -S bubblewrap`/);
    assert.match(by('ID=nixos\n'), /Install the package `bubblewrap`/);
    assert.doesNotMatch(isolationRemedy(true, machine(DEBIAN)), /install/i);
  });
  test('loads the profile of AppArmor where Ubuntu keeps programs from namespaces, and gets it first where it is not there', () => {
    const profile = '/usr/share/apparmor/extra-profiles/bwrap-userns-restrict';
    const without = isolationRemedy(true, machine({ ...UBUNTU, ...APPARMOR }));
    assert.match(without, /`sudo apt install apparmor-profiles`.*apparmor_parser -r/);
    const here = isolationRemedy(true, machine({ ...UBUNTU, ...APPARMOR, [profile]: '' }));
    assert.match(here, /sudo install -m 644 .*bwrap-userns-restrict/);
    assert.doesNotMatch(here, /apt install/);
    const loaded = { ...UBUNTU, ...APPARMOR, '/etc/apparmor.d/bwrap-userns-restrict': '' };
    assert.doesNotMatch(isolationRemedy(true, machine(loaded)), /apparmor/i);
  });
  test('turns on what the kernel was told to refuse', () => {
    const clone = { '/proc/sys/kernel/unprivileged_userns_clone': '0\n' };
    assert.match(isolationRemedy(true, machine(clone)), /kernel\.unprivileged_userns_clone=1/);
    const most = { '/proc/sys/user/max_user_namespaces': '0\n' };
    assert.match(isolationRemedy(true, machine(most)), /user\.max_user_namespaces=/);
  });
  test('names the options of the container that Coppice is in, and leaves the settings of its host alone', () => {
    const docker = isolationRemedy(true, machine({ ...APPARMOR, '/.dockerenv': '' }));
    assert.match(docker, /docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined/);
    assert.doesNotMatch(docker, /sudo/);
    assert.match(isolationRemedy(true, machine({ '/run/.containerenv': '' })), /podman run .*unmask=/);
    assert.match(isolationRemedy(true, machine({}, { CODESPACES: 'true' })), /"securityOpt": \["seccomp=unconfined"/);
    assert.match(isolationRemedy(true, machine({}, { KUBERNETES_SERVICE_HOST: 'x' })), /procMount: Unmasked/);
    assert.match(isolationRemedy(true, machine({ [OSRELEASE]: '4.4.0-Microsoft' })), /wsl --set-version/);
  });
  test('is WSL on Windows', () => {
    assert.match(isolationRemedy(false, machine({}, {}, 'win32')), /WSL 2/);
  });
  test('is one or more whole sentences', () => {
    for (const facts of [machine(), machine(DEBIAN), machine({ '/.dockerenv': '' }), machine({}, {}, 'darwin')]) {
      assert.match(isolationRemedy(true, facts), /^[A-Z].*\.$/);
    }
  });
});
