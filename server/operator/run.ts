/**
 * Carries out an operation on a data folder from a program of its own: by asking the server that owns the folder, or, when
 * there is none, as its owner for the time. So every operation is the same code in both cases.
 */
import { existsSync } from 'node:fs'
import { createPasswords } from '../accounts/password.ts'
import { ConfigError } from '../config.ts'
import { AppError } from '../errors.ts'
import { openCsvStore } from '../store/csv/index.ts'
import { ownerOf } from '../store/csv/owner.ts'
import { askOwner } from './door.ts'
import { createOperations, type OperationsOf } from './operations.ts'

/** @throws AppError with one sentence */
export async function runOperation<Name extends keyof OperationsOf>(
  dir: string,
  name: Name,
  args: Parameters<OperationsOf[Name]>[0],
  options: { mayMake?: boolean } = {},
): Promise<Awaited<ReturnType<OperationsOf[Name]>>> {
  if (!existsSync(dir) && !options.mayMake) throw new AppError('not_found', `There is no data folder ${dir}.`)
  if (existsSync(dir) && (await ownerOf(dir)) !== undefined)
    return askOwner<Awaited<ReturnType<OperationsOf[Name]>>>(dir, name, args)
  const now = () => new Date()
  const store = await openCsvStore({ dir, now })
  try {
    const operations = createOperations({ store, dir, now, passwords: createPasswords() })
    return (await (operations[name] as (args: unknown) => Promise<unknown>)(args)) as Awaited<
      ReturnType<OperationsOf[Name]>
    >
  } finally {
    await store.close()
  }
}

/** Runs a program: what it returns is printed; an error is one sentence and exit code 1. */
export async function program(work: () => Promise<string>): Promise<void> {
  try {
    console.log(await work())
  } catch (error) {
    // Only a fault of ours shows its stack.
    console.error(error instanceof AppError || error instanceof ConfigError ? error.message : error)
    process.exitCode = 1
  }
}
