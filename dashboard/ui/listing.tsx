/** What every list page has around its rows: the failed load, the wait, the sentence where there is nothing, the pages. */
import type { ComponentChildren } from 'preact'
import type { Resource } from '../resource.ts'
import { Pager } from './pager.tsx'
import { Failed, Loading } from './surface.tsx'

interface ListingProps<D> {
  list: Resource<D>
  /** Rows to show; those that wait for their deletion are not among them. */
  rows: readonly unknown[]
  /** Stands where there are none. */
  empty: ComponentChildren
  /** Of a list with pages. */
  addressOf?: (page: number) => string
  /** Lines drawn while the first load takes longer than a blink. */
  lines?: number
  children: ComponentChildren
}

export function Listing<D extends object>({ list, rows, empty, addressOf, lines = 5, children }: ListingProps<D>) {
  const data = list.data.value as (D & { page?: number; pages?: number }) | undefined
  return (
    <>
      {list.error.value && <Failed error={list.error.value} onRetry={list.reload} />}
      {!data && !list.error.value && <Loading lines={lines} />}
      {data && (rows.length > 0 ? children : empty)}
      {data?.pages !== undefined && addressOf && (
        <Pager page={data.page ?? 1} pages={data.pages} addressOf={addressOf} />
      )}
    </>
  )
}
