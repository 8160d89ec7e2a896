// One build at a time, whoever asks: a folder is the lock, and says whose it is.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './project.mjs'

const LOCK = join(root, '.cache/build.lock')
const LOOK_MS = 100
/** A lock without a name is this young when its owner is just about to write it. */
const LOOKS_WITHOUT_OWNER = 20

/** Runs `body` as the only builder of this project; it is told whether another one was busy before. */
export function withBuildLock(body, lock = LOCK) {
  mkdirSync(dirname(lock), { recursive: true })
  let hasWaited = false
  for (let nameless = 0; !take(lock);) {
    const owner = ownerOfLock(lock)
    nameless = owner === null ? nameless + 1 : 0
    if (owner === null ? nameless > LOOKS_WITHOUT_OWNER : !isAlive(owner)) rmSync(lock, { recursive: true, force: true })
    hasWaited = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS)
  }
  try {
    return body(hasWaited)
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function take(lock) {
  try {
    mkdirSync(lock)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  writeFileSync(join(lock, 'pid'), String(process.pid))
  return true
}

function ownerOfLock(lock) {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8')) || null
  } catch {
    return null
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
