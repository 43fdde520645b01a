/** What a client may know of its own address. */
import type { Client } from '../../store/records.ts'

export const addressState = (client: Client, mailOn: boolean) => ({
  email_verified: mailOn ? client.email_verified_at !== '' : null,
  // At first the account's own address waits to be confirmed; that is what email_verified says.
  pending_email: mailOn && client.pending_email !== client.email ? client.pending_email : '',
})
