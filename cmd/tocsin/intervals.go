package main

// Bootstrap intervals: documents are drawn with replacement, a figure is computed of each
// draw, and the interval holds the middle 95 % of the figures. The draws are the same in
// every run.

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

const (
	resamples     = 1000
	bootstrapSeed = 20260817
)

// draws returns lists of n document numbers each.
func draws(n int) [][]int {
	rng := rand.New(rand.NewPCG(bootstrapSeed, uint64(n)))
	out := make([][]int, resamples)
	for i := range out {
		out[i] = make([]int, n)
		for j := range out[i] {
			out[i][j] = rng.IntN(n)
		}
	}
	return out
}

// everyone is the sample that holds each of n documents once.
func everyone(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// An interval is where 95 % of the resamples lie.
type interval struct{ low, high float64 }

func (i interval) String() string { return fmt.Sprintf("%.3f to %.3f", i.low, i.high) }

// within returns the interval of a figure over samples.
func within(samples [][]int, figure func(sample []int) float64) interval {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = figure(s)
	}
	slices.Sort(values)
	n := len(values)
	return interval{values[n*25/1000], values[n-1-n*25/1000]}
}
