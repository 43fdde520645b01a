/** The answer room's front door. */
export { answer } from './answer.ts'
export { decide, defaultThreshold } from './decide.ts'
export { defaultMaxChars, extract } from './extract.ts'
export { fuse, type Similar } from './hybrid.ts'
export { createIndex } from './index/index.ts'
export { noticeLanguage } from './text/language.ts'
export { passages } from './text/sentence.ts'
export type * from './types.ts'
