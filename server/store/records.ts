/**
 * Every record that Parley keeps, with its columns in file order. The first columns of clients, sessions, usage_logs and
 * knowledge are a contract with files that already exist: new columns go to the right of them.
 */
export * from './record/account.ts'
export * from './record/bot.ts'
export * from './record/conversation.ts'
export * from './record/golden.ts'
export * from './record/knowledge.ts'
export * from './record/mail.ts'
export * from './record/site.ts'
