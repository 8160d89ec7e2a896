/** The installed commands, one folder each. */
import type { Command } from '../libsystem/index.ts'
import { cat } from './cat/cat.ts'
import { cut } from './cut/cut.ts'
import { dmesg } from './dmesg/dmesg.ts'
import { grep } from './grep/grep.ts'
import { head } from './head/head.ts'
import { help } from './help/help.ts'
import { ioreg } from './ioreg/index.ts'
import { kextload } from './kextload/kextload.ts'
import { kextstat } from './kextstat/kextstat.ts'
import { kextunload } from './kextunload/kextunload.ts'
import { man } from './man/man.ts'
import { reboot } from './reboot/reboot.ts'
import { shutdown } from './shutdown/shutdown.ts'
import { sort } from './sort/sort.ts'
import { sudo } from './sudo/sudo.ts'
import { swVers } from './sw_vers/sw_vers.ts'
import { sysctl } from './sysctl/sysctl.ts'
import { systemProfiler } from './system_profiler/index.ts'
import { tail } from './tail/tail.ts'
import { tee } from './tee/tee.ts'
import { tr } from './tr/tr.ts'
import { uname } from './uname/uname.ts'
import { uniq } from './uniq/uniq.ts'
import { wc } from './wc/wc.ts'
import { xargs } from './xargs/xargs.ts'
import { env } from './env/env.ts'
import { ls } from './ls/ls.ts'
import { nvram } from './nvram/nvram.ts'
import { sh } from './sh/sh.ts'
import { sleep } from './sleep/sleep.ts'
import { touch } from './touch/touch.ts'

/** Every program of the machine. One line installs the program, its manual page and its completion. */
export const commands: readonly Command[] = [
  env, ls, nvram, sh, sleep, touch,
  cat, cut, dmesg, grep, head, help, ioreg, kextload, kextstat, kextunload, man, reboot, shutdown, sort, sudo, swVers, sysctl,
  systemProfiler, tail, tee, tr, uname, uniq, wc, xargs,
]
