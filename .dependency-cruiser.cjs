// The walls of the house, written from docs/ARCHITECTURE.md. A rule says what a folder may import; all else is refused.
const KERNEL = '^kernel/'
const tests = '\\.test\\.ts$|/testing/|/testSupport/'

/** Where programs begin, and what only types see. */
const entries = '^main/(index|web/index|cli/index|kernelHost/kernelHostMain)\\.ts$|^preload/index\\.ts$|^renderer/main\\.ts$|\\.d\\.ts$'

/** `folder` may import itself and `allowed` (folders of kernel/), nothing else of the kernel. */
const only = (name, folder, allowed) => ({
  name, severity: 'error',
  from: { path: `^kernel/${folder}/`, pathNot: tests },
  to: { path: KERNEL, pathNot: [folder, 'api', 'abi', 'formats', ...allowed].map((one) => `^kernel/${one}/`).join('|') },
})

module.exports = {
  forbidden: [
    { name: 'no-cycles-between-kernel-layers', severity: 'error', from: { path: '^kernel/(api|abi|formats|sim)/' },
      to: { path: '^kernel/(hardware|mach|libkern|security|iokit|kext|driverkit|panic|families|userland|machine|importers|explain)/' } },
    { name: 'kernel-stands-alone', severity: 'error', from: { path: KERNEL, pathNot: tests },
      to: { path: '^(main|preload|renderer|test|bench|scripts)/' } },
    { name: 'kernel-has-no-node', severity: 'error', from: { path: KERNEL, pathNot: tests }, to: { dependencyTypes: ['core'] } },
    { name: 'kernel-has-few-packages', severity: 'error', from: { path: KERNEL, pathNot: tests },
      to: { pathNot: '^(?:kernel|main|preload|renderer|test|bench|scripts)/|^(?:node:|fs|path)|node_modules/zod/' } },
    only('sim-walls', 'sim', []),
    only('hardware-walls', 'hardware', ['sim']),
    only('mach-walls', 'mach', ['sim']),
    only('libkern-walls', 'libkern', ['sim', 'mach']),
    only('security-walls', 'security', ['mach', 'libkern', 'sim']),
    only('iokit-walls', 'iokit', ['mach', 'libkern', 'security', 'sim']),
    only('kext-walls', 'kext', ['iokit', 'mach', 'libkern', 'security', 'sim']),
    only('panic-walls', 'panic', ['iokit', 'mach', 'libkern', 'security', 'sim', 'kext']),
    only('importers-walls', 'importers', []),
    { name: 'userland-speaks-mach', severity: 'error', from: { path: '^kernel/userland/', pathNot: tests },
      to: { path: KERNEL, pathNot: '^kernel/(userland|api|abi|formats|sim)/|^kernel/mach/user\\.ts$' } },
    { name: 'drivers-do-not-see-hardware', severity: 'error', from: { path: '^kernel/families/[^/]+/driver/', pathNot: tests },
      to: { path: '^kernel/hardware/|^kernel/families/[^/]+/model/|^kernel/(userland|machine|kext|panic)/' } },
    { name: 'models-do-not-see-drivers', severity: 'error', from: { path: '^kernel/families/[^/]+/model/', pathNot: tests },
      to: { path: '^kernel/(iokit|libkern|mach|userland|machine)/|^kernel/families/[^/]+/driver/' } },
    { name: 'host-uses-the-front-door', severity: 'error', from: { path: '^main/', pathNot: tests },
      to: { path: KERNEL, pathNot: '^kernel/(index\\.ts|api/|formats/|importers/|panic/|kext/|explain/(?:verdict/)?index\\.ts|machine/importedRegistry/)|^kernel/(iokit|libkern|mach|abi|sim)/index\\.ts' } },
    { name: 'renderer-sees-data-only', severity: 'error', from: { path: '^renderer/', pathNot: tests },
      to: { path: '^(main/|kernel/)', pathNot: '^kernel/(api|abi)/' } },
    { name: 'renderer-has-no-node', severity: 'error', from: { path: '^renderer/', pathNot: tests }, to: { dependencyTypes: ['core'] } },
    { name: 'preload-is-thin', severity: 'error', from: { path: '^preload/', pathNot: tests },
      to: { path: '^(main|renderer|kernel)/', pathNot: '^kernel/api/' } },
    { name: 'everything-is-used', severity: 'error',
      module: { path: '^(kernel|main|preload|renderer)/', pathNot: `${tests}|${entries}`, numberOfDependentsLessThan: 1 },
      from: { path: '^(kernel|main|preload|renderer)/', pathNot: tests } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.node.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.vue', '.mjs', '.js', '.json'] },
  },
}
