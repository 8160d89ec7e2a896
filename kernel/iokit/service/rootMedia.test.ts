// Media whose driver may still be replaced are hidden from user space until the root disk is known and the root quiet.
import { describe, expect, it } from 'vitest'
import { kIOServiceUserInvisibleMatchState } from '../../abi/index.ts'
import { defineMetaClass, registerClasses, type OSMetaClass } from '../../libkern/index.ts'
import { newNub, note, Story, StoryNub } from '../../../test/support/iokitStory.ts'
import { IOService, iokitDaemonLaunched, setRootMedia } from '../index.ts'

class Media extends StoryNub {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOMedia', Media, StoryNub)
}

class BlockDriver extends StoryNub {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOBlockStorageDriver', BlockDriver, StoryNub)
}

/** Two disks, each a block storage driver with a medium; the drivers of both could be replaced. */
function world(): { story: Story; media: Media[] } {
  const story = new Story('', true)
  const media: Media[] = []
  story.do(() => {
    registerClasses('com.example.storage', [Media.metaClass, BlockDriver.metaClass])
    for (const isUser of [true, false]) {
      const matching = IOService.serviceMatching('IOMedia')
      if (isUser) matching.setObject('IOServiceNotificationUser', matching.getObject('IOProviderClass'))
      for (const type of ['IOServiceFirstPublish', 'IOServiceMatched', 'IOServiceFirstMatch']) {
        IOService.addMatchingNotification(type, matching, (service) => {
          note(`${isUser ? 'user' : 'kernel'} ${type} ${service.getName()}`)
          return true
        })
      }
    }
    for (const name of ['disk0', 'disk1']) {
      const driver = newNub({ IOName: `driver of ${name}`, IOPrimaryDriverTerminateOptions: true }, new BlockDriver())
      driver.attach(story.root)
      const medium = new Media()
      newNub({ IOName: name }, medium)
      medium.attach(driver)
      medium.registerService()
      media.push(medium)
    }
  })
  story.run()
  return { story, media }
}

const isHidden = (media: readonly IOService[]): boolean[] =>
  media.map((one) => (one.getState() & kIOServiceUserInvisibleMatchState) !== 0)

const ofUser = (story: Story): string[] => story.take().filter((line) => line.startsWith('user'))

describe('media at boot', () => {
  it('are hidden from user space alone; the root disk\'s come when it is known, the others with the quiet', () => {
    const { story, media } = world()
    const first = story.take()
    expect(first.filter((line) => line.startsWith('user IOServiceMatched'))).toEqual([])
    expect(first.filter((line) => line.startsWith('kernel IOServiceMatched'))).toHaveLength(2)
    expect(isHidden(media)).toEqual([true, true])
    story.thread(() => setRootMedia(media[0]!))
    expect(isHidden(media)).toEqual([false, true])
    expect(ofUser(story)).toEqual([
      'user IOServiceFirstPublish disk0', 'user IOServiceMatched disk0', 'user IOServiceFirstMatch disk0',
    ])
    story.thread(() => setRootMedia(media[1]!))
    expect(isHidden(media)).toEqual([false, true])
    story.do(() => iokitDaemonLaunched())
    story.run()
    expect(isHidden(media)).toEqual([false, false])
    expect(ofUser(story)).toEqual([
      'user IOServiceFirstPublish disk1', 'user IOServiceMatched disk1', 'user IOServiceFirstMatch disk1',
    ])
  })

  it('are all published at once where the system starts from no disk', () => {
    const { story, media } = world()
    story.take()
    story.thread(() => setRootMedia(null))
    expect(isHidden(media)).toEqual([false, false])
    expect(ofUser(story)).toHaveLength(6)
    story.do(() => {
      const late = new Media()
      newNub({ IOName: 'disk2', IOPrimaryDriverTerminateOptions: true }, late)
      late.attach(story.root)
      late.registerService()
    })
    story.run()
    expect(ofUser(story)).toHaveLength(3)
  })
})
