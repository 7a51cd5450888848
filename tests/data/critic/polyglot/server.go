package main

import (
	"encoding/json"
	"fmt"
	"net/http"
)

type Task[T any] struct {
	ID    int    `json:"id"`
	Value T      `json:"value"`
	Name  string `json:"name"`
}

func handler(w http.ResponseWriter, r *http.Request) {
	task := Task[int]{ID: 1, Value: 2, Name: r.URL.Query().Get("name")}
	if err := json.NewEncoder(w).Encode(task); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
}

func main() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		fmt.Println("ready")
	}()
	<-done
	http.HandleFunc("/", handler)
}
