/** 1 Frage, 2 Fragen */
export const plural = (n: number, one: string, other: string) => `${n.toLocaleString('de')} ${n === 1 ? one : other}`
