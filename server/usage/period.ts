/** UTC calendar months, by which requests are counted. */

/** `YYYY-MM` */
export const periodOf = (at: Date) => at.toISOString().slice(0, 7)

/** The first moment of the next month, ISO 8601. */
export const resetsAt = (at: Date) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1)).toISOString()
