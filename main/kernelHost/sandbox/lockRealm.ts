import 'ses'

let locked = false

/** Freezes the built-in objects of this process, so that third-party driver code cannot change them. Once, first of all. */
export function lockRealm(): void {
  if (locked) return
  locked = true
  lockdown({ errorTaming: 'unsafe', consoleTaming: 'unsafe', overrideTaming: 'severe', stackFiltering: 'verbose' })
}
