import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { GroupEdit, GroupRule } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { useNoticesStore } from './notices.ts'

/** Changes of the library: groups and their rules, tags and notes. What changes groups can be undone. */
export const useReportEditsStore = defineStore('reportEdits', () => {
  const { host } = useBridge()
  const notices = useNoticesStore()
  const rules = shallowRef<readonly GroupRule[]>([])

  async function readRules(): Promise<void> {
    await notices.attempt('The rules could not be read', async () => {
      rules.value = await host.calls.listGroupRules()
    })
  }

  /** Makes an edit and offers the way back. */
  async function edit(change: GroupEdit, done: string): Promise<boolean> {
    try {
      const undo = await host.calls.editGroups(change)
      await readRules()
      notices.show({
        tone: 'success',
        title: done,
        action: { title: 'Undo', run: () => void revert(undo) },
      })
      return true
    } catch (error) {
      notices.fail('The groups could not be changed', error)
      return false
    }
  }

  async function revert(undo: GroupEdit): Promise<void> {
    await notices.attempt('The change could not be undone', () => host.calls.editGroups(undo))
    await readRules()
  }

  const setTags = (report: number, tags: readonly string[]): Promise<void> =>
    notices.attempt('The tags could not be kept', () => host.calls.setCrashReportTags(report, tags))
  const setNotes = (report: number, notes: string): Promise<void> =>
    notices.attempt('The notes could not be kept', () => host.calls.setCrashReportNotes(report, notes))

  return { rules, readRules, edit, setTags, setNotes }
})
