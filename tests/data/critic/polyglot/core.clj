(ns shop.core
  (:require [clojure.string :as string]))

(defn total [lines]
  (reduce + (map (fn [{:keys [price count]}] (* price count)) lines)))

(defn describe [lines]
  (if (empty? lines)
    "nothing"
    (string/join ", " (map :name lines))))

(println (total [{:name "tea" :price 3 :count 2}]))
