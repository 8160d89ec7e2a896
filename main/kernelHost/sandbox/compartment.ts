import type { Result } from '../../../kernel/index.ts'
import type { DriverCode, DriverEvaluator } from '../../../kernel/kext/index.ts'
import { lockRealm } from './lockRealm.ts'
import { transpileDriver } from './transpileDriver.ts'

/** Built-in objects that driver code may use; each becomes a local of its module, which is what keeps it fast. */
const GLOBALS = ['Math', 'Number', 'BigInt', 'String', 'Boolean', 'Symbol', 'Object', 'Array', 'Map', 'Set', 'WeakMap', 'JSON', 'RegExp',
  'Error', 'TypeError', 'RangeError', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'Int8Array', 'Int16Array', 'Int32Array',
  'BigUint64Array', 'BigInt64Array', 'Float64Array', 'ArrayBuffer', 'DataView', 'Reflect']

/** The classes that drivers extend cannot be changed by them: constructor and prototype are frozen before first use. */
function freezeLent(libraries: DriverCode['libraries']): void {
  for (const lent of libraries.values()) {
    for (const value of Object.values(lent)) {
      if (typeof value !== 'function') continue
      Object.freeze(value)
      if (typeof value.prototype === 'object' && value.prototype !== null) Object.freeze(value.prototype)
    }
  }
}

/** Runs each driver in an SES compartment that knows the libraries its kext names, and nothing else. */
export const compartmentEvaluator: DriverEvaluator = {
  evaluate(driver): Result<Readonly<Record<string, unknown>>> {
    lockRealm()
    const transpiled = transpileDriver(driver.source, driver.path)
    if (!transpiled.ok) return transpiled
    freezeLent(driver.libraries)
    const hooks = driver.hooks(transpiled.value.functions)
    const compartment = new Compartment({ __options__: true, globals: {} })
    const parameters = ['exports', 'require', '$enter', '$leave', '$fault', '$step', ...GLOBALS].join(', ')
    const exported: Record<string, unknown> = {}
    const require = (name: string): unknown => {
      const lent = driver.libraries.get(name)
      if (lent === undefined) throw new Error(`${name} is not in OSBundleLibraries; the kext names ${[...driver.libraries.keys()].join(', ') || 'no library'}`)
      return lent
    }
    try {
      const wrapped = compartment.evaluate(`((${parameters}) => {${transpiled.value.code}\n})`) as (...values: unknown[]) => void
      const builtIns = compartment.globalThis as Record<string, unknown>
      wrapped(exported, require, hooks.enter, hooks.leave, hooks.fault, hooks.step, ...GLOBALS.map((name) => builtIns[name]))
    } catch (error) {
      return { ok: false, problems: [{ where: driver.path, message: `The driver's module code failed: ${(error as Error).message}` }] }
    }
    return { ok: true, value: exported }
  },
}
