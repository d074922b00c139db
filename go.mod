module github.com/fakemx/fakemx

go 1.26
