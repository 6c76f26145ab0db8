/*
Tocsin finds coverage of online-service incidents in Chinese, French and English, reads
from each document what happened to which service, when, for how long, to how many and
why, and keeps every value beside the words that say so in one SQLite file.

	tocsin demo                     crawl the sites of package fixtures, print the incidents
	tocsin crawl [SOURCE…]          discover, fetch, extract, classify
	tocsin import PATH…             the same for files on disk
	tocsin rebuild                  extract and classify again what is stale
	tocsin query, export, status    look at what is stored
	tocsin extract, mentions, eval  read documents without a database, and score the reading
	tocsin rules, sources           what a linguist and an archivist edit by hand

# A tour of the house

The packages stand in the order in which data passes through them, and each imports only
those before it.

  - crawler says what is to be fetched, in which order and how politely: Source, Task,
    Lease, Result, and the Frontier that lends tasks. What a page leads to is found by its
    discover files. It does no I/O.
  - crawler/fetch asks the web for one lease at a time, through Colly.
  - extract makes Documents of Pages (a Reader) and finds Mentions in them (an Extractor).
    What is known of a language stands in the phrase files of extract/lang, matched by
    extract/phrase, which knows no language itself.
  - classify makes of a document's mentions what it claims of which incident (a Report of
    Claims), and of all reports the Incidents that they tell of.
  - db keeps all of it in one SQLite file. Its Frontier is the only scheduler.
  - cmd/tocsin ties them together. pipeline.go is the one place where pages become
    incidents; crawl, import and rebuild all run it.

Stages meet in the database and not in channels: each can stop, start or run again alone.
A crawl only stores pages; whatever stands in the database without having been read under
the rules at hand is read next.

# The command line

Data goes to standard output, everything else to standard error as "tocsin: error: …" and
"tocsin: hint: …". Exit codes: 0 done, 1 failed, 2 wrong use, 3 interrupted and resumable.
There is no configuration file.
*/
package main
