/** The commands that the shell does itself. */
import type { Builtin } from './Builtin.ts'
import {
  breakBuiltin, continueBuiltin, dotBuiltin, evalBuiltin, execBuiltin, exitBuiltin, returnBuiltin, sourceBuiltin,
} from './control.ts'
import { cdBuiltin, pwdBuiltin, umaskBuiltin } from './directories.ts'
import { readBuiltin } from './input.ts'
import { bgBuiltin, fgBuiltin, jobsBuiltin, killBuiltin, waitBuiltin } from './jobs.ts'
import {
  aliasBuiltin, builtinBuiltin, commandBuiltin, historyBuiltin, trapBuiltin, typeBuiltin, unaliasBuiltin,
} from './names.ts'
import {
  bracketBuiltin, colonBuiltin, echoBuiltin, falseBuiltin, printfBuiltin, testBuiltin, trueBuiltin,
} from './plain.ts'
import {
  declareBuiltin, exportBuiltin, localBuiltin, readonlyBuiltin, setBuiltin, shiftBuiltin, typesetBuiltin,
  unsetBuiltin,
} from './variables.ts'

/** The commands that the shell runs itself. `logout` is another name of `exit`. */
export const builtins: readonly Builtin[] = [
  aliasBuiltin, bgBuiltin, bracketBuiltin, breakBuiltin, builtinBuiltin, cdBuiltin, colonBuiltin, commandBuiltin,
  continueBuiltin, declareBuiltin, dotBuiltin, echoBuiltin, evalBuiltin, execBuiltin, exitBuiltin, exportBuiltin,
  falseBuiltin, fgBuiltin, historyBuiltin, jobsBuiltin, killBuiltin, localBuiltin, printfBuiltin, pwdBuiltin,
  readBuiltin, readonlyBuiltin, returnBuiltin, setBuiltin, shiftBuiltin, sourceBuiltin, testBuiltin, trapBuiltin,
  trueBuiltin, typeBuiltin, typesetBuiltin, umaskBuiltin, unaliasBuiltin, unsetBuiltin, waitBuiltin,
  { ...exitBuiltin, name: 'logout' },
]

/** The same by name. */
export const builtinsByName: ReadonlyMap<string, Builtin> = new Map(builtins.map((builtin) => [builtin.name, builtin]))
