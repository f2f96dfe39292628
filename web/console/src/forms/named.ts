/** Forms of their own, by the command that they replace; each composes the same fields. */
import type { Component } from 'vue'

export const NAMED: Partial<Record<string, Component>> = {}
