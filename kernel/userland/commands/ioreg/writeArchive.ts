import { encodeBase64 } from '../../../formats/base64.ts'
import { encodeUtf8Lossless } from '../../../formats/utf8.ts'
import { CFArray, CFData, CFDictionary, CFNumber, CFSet, type CFType } from '../../CoreFoundation/index.ts'
