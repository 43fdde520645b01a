/** The fault suite runs whole with `npm run test:faults` (vitest's mode `faults`), and in a short form in `npm test`. */
const whole = (import.meta as unknown as { env: { MODE: string } }).env.MODE === 'faults'

export const effort = (short: number, long: number): number => (whole ? long : short)
