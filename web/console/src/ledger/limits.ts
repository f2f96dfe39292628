/** Cases of one file or paper, as the service bounds them (services/portal/ledger.py, printing/routes.py). */
export const LIMITS = { print: 2000, xlsx: 20000, csv: 50000 } as const
